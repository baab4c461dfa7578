-- When each recurring task of the installation last began; the process that moves the instant runs the task.
create table recurring_tasks (
  task text primary key,
  last_run_at timestamptz not null
);
