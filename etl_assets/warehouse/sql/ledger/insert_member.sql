insert into etl.members
(fact, member_column, dimension, declaration)
values
(:fact, :member_column, :dimension, :declaration)
