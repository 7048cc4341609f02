-- Loads that read files once more come behind all others.
update etl.loads
set load_number = (select max(k.load_number) from kept_loads as k) + 1
where dataset = :dataset and load_id not in (select k.load_id from kept_loads as k)
