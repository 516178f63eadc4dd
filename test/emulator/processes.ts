import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'

export type ProcessOptions = {
  readonly cwd?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdio: StdioOptions
}

/** The leaders of the process groups that still run. */
const running = new Set<ChildProcess>()

/** Starts a process that leads a group of its own, so that whatever it starts in turn can be ended with it. */
export function startGroup(command: string, args: readonly string[], options: ProcessOptions): ChildProcess {
  const child = spawn(command, args, { ...options, env: { ...options.env }, detached: true })
  running.add(child)
  return child
}

/** Ends the whole group at once; what it has written is thrown away by its owner. */
export function endGroup(child: ChildProcess): void {
  running.delete(child)
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}

export function endAllGroups(): void {
  for (const child of running) endGroup(child)
}

/** Enough to see why something failed; a whole deployment has hundreds. */
const lastLines = (text: string) => text.trim().split('\n').slice(-30).join('\n')

/** Runs a command to its end and gives what it printed. @throws with that when it fails */
export function runToEnd(command: string, args: readonly string[], options: Omit<ProcessOptions, 'stdio'>) {
  return new Promise<string>((resolve, reject) => {
    const child = startGroup(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      endGroup(child)
      if (code === 0) resolve(text)
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${code ?? signal}:\n${lastLines(text)}`))
    })
  })
}

/** Runs a command whose output is shown as it comes. @returns its exit code, 1 when a signal ended it */
export function runShown(command: string, args: readonly string[], options: Omit<ProcessOptions, 'stdio'>) {
  return new Promise<number>((resolve, reject) => {
    const child = startGroup(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code) => {
      endGroup(child)
      resolve(code ?? 1)
    })
  })
}
