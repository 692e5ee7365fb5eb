"""Still pictures of a plan, for a slide or a report: one style, two formats, the same bytes."""
