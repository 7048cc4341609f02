"""Small pictures for pages, drawn as SVG. Knows neither Dagster nor a database: it gets figures and gives Markdown."""
