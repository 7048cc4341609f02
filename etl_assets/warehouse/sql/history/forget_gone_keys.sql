delete from etl.gone_keys as g
using touched as t
where g.dimension = :dimension and g.natural_key = key_text(t.each_key)
