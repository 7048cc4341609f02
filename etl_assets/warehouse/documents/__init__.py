"""Documents into tables: dotted names become columns, arrays child tables, and every digit stays."""
