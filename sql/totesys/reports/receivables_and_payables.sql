-- What is still to be received and to be paid, and on which day is it due? One row per day, direction and currency.
-- Pounds are by the rate of the due day, else the last one known then.
-- Grain: due_date, direction, currency_code.
with due as (
    select
        p.payment_date,
        case
            when k.payment_type_name in ('SALES_RECEIPT', 'PURCHASE_REFUND') then 'receivable'
            when k.payment_type_name in ('PURCHASE_PAYMENT', 'SALES_REFUND') then 'payable'
            else 'unknown'
        end as direction,
        m.currency_code,
        p.payment_amount,
        cast(
            cast(
                floor(
                    cast(cast(p.payment_amount * 100 as bigint) as double precision) / cast(r.rate as double precision)
                    + 0.5
                ) as bigint
            ) * 0.01 as numeric(18, 2)
        ) as amount_gbp,
        case when r.is_of_the_day then 1 else 0 end as at_rate_of_day,
        case when r.date_id is null then 1 else 0 end as without_rate
    from totesys_marts.fact_payment as p
    left join totesys_marts.dim_payment_type as k on k.payment_type_id = p.payment_type_id
    left join totesys_marts.dim_currency as m on m.currency_id = p.currency_id
    left join totesys_marts.rates_by_day as r on r.date_id = p.payment_date and r.currency_code = m.currency_code
    where p.is_current and not p.paid
)
select
    payment_date as due_date, -- The day on which it is due.
    direction, -- `receivable` comes in, `payable` goes out; `unknown` is of a payment type that is neither.
    currency_code, -- The currency that it is due in.
    count(*) as payments, -- How many payments.
    cast(sum(payment_amount) as numeric(20, 2)) as amount, -- What they come to in the currency itself.
    cast(sum(amount_gbp) as numeric(20, 2)) as amount_gbp, -- The same in pounds, of those that a rate is known for.
    cast(count(*) - sum(at_rate_of_day) - sum(without_rate) as bigint)
        as payments_at_last_known_rate, -- Those that were converted by an older rate than the day's own.
    cast(sum(without_rate) as bigint) as payments_without_rate -- Those that are not in the pounds.
from due
group by payment_date, direction, currency_code
order by payment_date, direction, currency_code
