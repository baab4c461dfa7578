export type PostgresSettings = Readonly<Record<string, string>>

/** For a machine of 2 cores that PostgreSQL shares with the warehouse; durable. The binaries have no lz4 and no zstd. */
export const durableSettings: PostgresSettings = {
  shared_buffers: '512MB',
  effective_cache_size: '4GB',
  work_mem: '32MB',
  maintenance_work_mem: '256MB',
  max_connections: '100',
  synchronous_commit: 'on',
  wal_compression: 'pglz',
  max_wal_size: '8GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  effective_io_concurrency: '64',
  jit: 'off',
  max_parallel_workers_per_gather: '1',
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_vacuum_cost_limit: '2000',
  idle_in_transaction_session_timeout: '10min',
}

/** For tests: quick to write, lost with the machine. */
export const throwawaySettings: PostgresSettings = {
  shared_buffers: '128MB',
  max_connections: '200',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_wal_size: '2GB',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
}
