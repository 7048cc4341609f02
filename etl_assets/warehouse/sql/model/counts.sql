-- How many versions a dimension has, and of how many keys: each that is there has one current version.
select
    count(*) as versions,
    count(case when t.is_current then 1 end) as keys
from target as t
