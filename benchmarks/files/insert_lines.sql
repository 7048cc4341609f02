insert into orders
select
    (line ->> 'id')::bigint,
    line ->> 'customer',
    (line ->> 'amount')::numeric(12, 2),
    (line ->> 'weight')::double precision,
    (line ->> 'ordered_on')::date,
    (line ->> 'ordered_at')::timestamp,
    (line ->> 'is_paid')::boolean,
    line ->> 'note'
from lines
