-- One row per zone whose time sessions write without saying so: this one's own, and those set for others.
select reset_val as zone
from pg_settings
where name = 'TimeZone'
union
select split_part(setting, '=', 2) as zone
from pg_db_role_setting as given
cross join unnest(given.setconfig) as setting
left join pg_database as own on given.setdatabase = own.oid
where
    lower(split_part(setting, '=', 1)) = 'timezone'
    and (given.setdatabase = 0 or own.datname = current_database())
order by zone
