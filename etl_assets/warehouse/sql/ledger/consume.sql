insert into etl.models
(model, upstream, upstream_version)
values
(:model, :upstream, :upstream_version)
