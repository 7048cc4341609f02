insert into etl.members
(fact, member_column, dimension, natural_key, at_expression, otherwise)
values
(:fact, :member_column, :dimension, :natural_key, :at_expression, :otherwise)
