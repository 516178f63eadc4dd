import { Cron } from 'croner'
import { call, contend } from './contend.mjs'

contend({
  async prepare({ count, dueAt, targetUrl }, ran) {
    for (let index = 0; index < count; index++) new Cron(dueAt, async () => ran(await call(targetUrl)))
  },
})
