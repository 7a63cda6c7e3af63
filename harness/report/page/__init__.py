"""The report as a page for people: what it shows of a case, and how that is drawn."""
