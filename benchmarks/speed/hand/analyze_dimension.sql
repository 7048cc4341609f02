-- What the planner has to know.
analyze dim_customers
