insert into etl.dead_letters
(dataset, path, version, attempts, reason, given_up_at)
values
(:dataset, :path, :version, :attempts, :reason, :given_up_at)
