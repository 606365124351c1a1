"""What we show: diagrams as text."""
