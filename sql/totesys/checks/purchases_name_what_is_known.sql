-- Current purchases that name something that no dimension has, and the first thing that is missing.
select
    f.purchase_order_id,
    f.staff_id,
    f.counterparty_id,
    f.currency_id,
    f.agreed_delivery_location_id,
    case
        when s.staff_id is null then 'staff'
        when c.counterparty_id is null then 'counterparty'
        when m.currency_id is null then 'currency'
        when l.location_id is null then 'location'
    end as missing
from totesys_marts.fact_purchase_orders as f
left join totesys_marts.dim_staff as s on s.staff_id = f.staff_id
left join totesys_marts.dim_counterparty as c on c.counterparty_id = f.counterparty_id
left join totesys_marts.dim_currency as m on m.currency_id = f.currency_id
left join totesys_marts.dim_location as l on l.location_id = f.agreed_delivery_location_id
where
    f.is_current
    and (
        s.staff_id is null
        or c.counterparty_id is null
        or m.currency_id is null
        or l.location_id is null
    )
