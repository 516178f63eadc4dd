import { describe, expect, it } from 'vitest'
import { Email, OneTimeCode, Password, PersonName } from '../../../lambdas/domain/account/credentials.ts'

describe('Email', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['Ada.Lovelace+cron@Mail.Example.COM', 'ada.lovelace+cron@mail.example.com'],
  ])('takes %j as %j', (text, address) => {
    expect(Email.parse(text)).toBe(address)
  })

  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'a da@example.com',
    'ada@exam ple.com',
    'ada@example.com\n',
    'Ada <ada@example.com>',
    'ada@example.com,bob@example.com',
    `${'a'.repeat(117)}@example.com`,
  ])('refuses %j', (text) => {
    expect(Email.safeParse(text).success).toBe(false)
  })
})

describe('Password', () => {
  it.each(['x', 'two words', 'пароль', 'a\nb', 'x'.repeat(256)])('takes %j', (text) => {
    expect(Password.parse(text)).toBe(text)
  })

  it.each(['', ' ', ' x', 'x ', 'x\n', 'x'.repeat(257)])('refuses %j', (text) => {
    expect(Password.safeParse(text).success).toBe(false)
  })
})

describe('PersonName', () => {
  it.each(['A', 'Ada Lovelace', 'Łukasz', '愛'])('takes %j', (text) => {
    expect(PersonName.parse(text)).toBe(text)
  })

  it.each(['', 'a\tb', 'a\r\nBcc: b', '\u0085'])('refuses %j', (text) => {
    expect(PersonName.safeParse(text).success).toBe(false)
  })
})

describe('OneTimeCode', () => {
  it.each(['000000', '123456'])('takes %j', (text) => {
    expect(OneTimeCode.parse(text)).toBe(text)
  })

  it.each(['', '12345', '1234567', '12345a', ' 123456', '123456\n', '١٢٣٤٥٦'])('refuses %j', (text) => {
    expect(OneTimeCode.safeParse(text).success).toBe(false)
  })
})
