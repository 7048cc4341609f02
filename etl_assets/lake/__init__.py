"""Raw data, kept as it came: Parquet that manifests name. What no manifest names does not exist."""
