"""The same engine on flat integer arrays: two arrays, one of the program, one of the world, and functions on them."""
