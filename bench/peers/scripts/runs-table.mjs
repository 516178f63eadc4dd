import pg from 'pg'

/** Where peers that keep no response get one kept: a row of our own for each run. */
export async function openRuns(connectionString) {
  const pool = new pg.Pool({ connectionString, max: 20 })
  await pool.query(
    'drop table if exists bench_runs; create table bench_runs (id bigserial primary key, at timestamptz default now(), response text)',
  )
  return {
    keep: (response) => pool.query('insert into bench_runs (response) values ($1)', [response]),
    count: async () => Number((await pool.query('select count(*) as count from bench_runs')).rows[0].count),
  }
}
