"""What we show: charts of results, and diagrams as text."""
