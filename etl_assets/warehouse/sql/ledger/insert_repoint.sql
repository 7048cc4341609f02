insert into etl.repoints
(fact, member_column, dimension, dimension_version, rows_moved)
values
(:fact, :member_column, :dimension, :dimension_version, :rows_moved)
