-- Whether a build of a model is in the ledger, and all later ones have but added to keys or changed them: none has
-- deleted rows, and none stands for what the build of another model changed, which writes no rows of its own.
select
    count(case when b.version = :version and b.built_at = :built_at then 1 end) = 1
    and count(
        case when b.version > :version and (b.rows_deleted > 0 or b.rows_inserted + b.rows_updated = 0) then 1 end
    ) = 0 as goes_on
from etl.builds as b
where b.model = :model
