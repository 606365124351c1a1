"""What it means: timelines, indicators, networks and exports of what a run leaves."""
