"""The torture set: hostile values and damaged files, in every format, on every engine. What is right was said first."""
