"""Sheets and booklet as tagged PDFs."""
