import pg from 'pg'

/** Where peers that keep nothing of a run get it kept: a row of our own for each. */
export async function openRuns(connectionString) {
  const pool = new pg.Pool({ connectionString, max: 20 })
  await pool.query(
    'drop table if exists bench_runs; create table bench_runs (id bigserial primary key, status int, started_at timestamptz, finished_at timestamptz, body text)',
  )
  return {
    keep: ({ status, startedAt, finishedAt, body }) =>
      pool.query('insert into bench_runs (status, started_at, finished_at, body) values ($1, $2, $3, $4)', [
        status,
        startedAt,
        finishedAt,
        body,
      ]),
    count: async () => Number((await pool.query('select count(*) as count from bench_runs')).rows[0].count),
  }
}
