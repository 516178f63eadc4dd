import { expect, it } from 'vitest'
import { parseAdminEmails } from '../../../lambdas/domain/account/admin-emails.ts'

it.each([
  ['', []],
  [' , ,', []],
  ['ada@example.com', ['ada@example.com']],
  [' Ada@Example.com ,bob@example.com,ada@example.com', ['ada@example.com', 'bob@example.com']],
])('parseAdminEmails reads %j', (text, addresses) => {
  expect([...parseAdminEmails(text)]).toEqual(addresses)
})
