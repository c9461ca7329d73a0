"""Engines that turn text into unit vectors, one file each."""
