-- Currencies in which the current payments are not what the source last told of: their number, or the sum of amounts.
with told as (
    select
        payment_id,
        payment_amount,
        currency_id,
        op,
        row_number() over (partition by payment_id order by effective_at desc, sequence desc) as recency
    from totesys_staging.payment
), sides as (
    select
        currency_id,
        1 as rows_there,
        payment_amount as amount
    from totesys_marts.fact_payment
    where is_current
    union all
    select
        currency_id,
        -1 as rows_there,
        -payment_amount as amount
    from told
    where recency = 1 and op <> 'D'
)
select
    currency_id,
    sum(rows_there) as rows_there_too_many,
    sum(amount) as amount_too_many
from sides
group by currency_id
having
    sum(rows_there) <> 0
    or sum(amount) <> 0
