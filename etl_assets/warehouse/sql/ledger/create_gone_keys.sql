-- One row per key that a dimension has observed and that has no version: only its end is known.
create table etl.gone_keys (
    dimension text not null,
    natural_key text not null,
    primary key (dimension, natural_key)
)
