delete from etl.members
where fact = :fact
