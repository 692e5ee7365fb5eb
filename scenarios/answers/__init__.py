"""The answer in figures, sentences, reasons and doubt."""
