"""Files that land in a folder: found, identified, read strictly and put into the lake. Knows no warehouse."""
