"""A company that sells designs: what its operational database says of sales, purchases and payments, and ever said."""
