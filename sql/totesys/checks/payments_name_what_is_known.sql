-- Current payments that name something that no dimension has, and the first thing that is missing.
select
    f.payment_id,
    f.transaction_id,
    f.counterparty_id,
    f.currency_id,
    f.payment_type_id,
    case
        when t.transaction_id is null then 'transaction'
        when c.counterparty_id is null then 'counterparty'
        when m.currency_id is null then 'currency'
        when p.payment_type_id is null then 'payment type'
    end as missing
from totesys_marts.fact_payment as f
left join totesys_marts.dim_transaction as t on t.transaction_id = f.transaction_id
left join totesys_marts.dim_counterparty as c on c.counterparty_id = f.counterparty_id
left join totesys_marts.dim_currency as m on m.currency_id = f.currency_id
left join totesys_marts.dim_payment_type as p on p.payment_type_id = f.payment_type_id
where
    f.is_current
    and (
        t.transaction_id is null
        or c.counterparty_id is null
        or m.currency_id is null
        or p.payment_type_id is null
    )
