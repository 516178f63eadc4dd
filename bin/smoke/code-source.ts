import { exec } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { z } from 'zod'

const Mailbox = z.object({ messages: z.array(z.object({ text: z.string() })) })

const codeIn = (text: string): string | undefined => /\b\d{6}\b/.exec(text)?.[0]

export type CodeSource = {
  readonly url: string
  readonly email: string
  /** A shell command that prints the code; it gets the address as PUNCTUAL_EMAIL. */
  readonly command: string | undefined
}

/**
 * Gets the code that was mailed to an address: from the command when there is one, else from the mailbox when the service
 * is local, else from whoever sits at the terminal.
 * @throws Error when it is not to be had
 */
export async function readCode({ url, email, command }: CodeSource): Promise<string> {
  const text =
    command === undefined
      ? ((await newestLocalMail(url, email)) ?? (await ask(`The code that was mailed to ${email}: `)))
      : await outputOf(command, email)
  const code = codeIn(text)
  if (code === undefined) throw new Error(`There is no code of six digits in ${JSON.stringify(text)}`)
  return code
}

async function outputOf(command: string, email: string): Promise<string> {
  const { stdout } = await promisify(exec)(command, { env: { ...process.env, PUNCTUAL_EMAIL: email } })
  return stdout
}

/** A deployed API has no mailbox. */
async function newestLocalMail(url: string, email: string): Promise<string | undefined> {
  const response = await fetch(`${url}/_local/mailbox?to=${encodeURIComponent(email)}`)
  if (!response.ok) return undefined
  return Mailbox.parse(await response.json()).messages[0]?.text ?? ''
}

/** @throws Error when nobody can be asked */
export async function ask(question: string, { secretly = false } = {}): Promise<string> {
  if (!process.stdin.isTTY) throw new Error('There is no terminal to ask at; give --code-command')
  if (secretly) process.stdout.write(question)
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({
    input: process.stdin,
    output: secretly ? silence : process.stdout,
    terminal: true,
  })
  try {
    return (await terminal.question(secretly ? '' : question)).trim()
  } finally {
    terminal.close()
    if (secretly) process.stdout.write('\n')
  }
}
