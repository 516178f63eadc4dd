import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { OnLoadArgs, Plugin, PluginBuild } from 'esbuild'

/** What of the SDK is imported, and who imports it. */
const SDK = /^@(?:aws-sdk|smithy)\//
const IMPORTERS = /[\\/]node_modules[\\/]@(?:aws-sdk|smithy)[\\/].*\.js$|[\\/]lambdas[\\/].*\.ts$/

const NAMED_IMPORT = /^import \{([^}]*)\} from ["']([^"']+)["'];?$/gm
const RE_EXPORT = /^export \{([^}]*)\} from ["']([^"']+)["'];?$/gm
const RE_EXPORT_ALL = /^export \* from ["']([^"']+)["'];?$/gm
const OWN_EXPORT = /^export (?:const|let|var|class|function|async function|function\*|async function\*) ([\w$]+)/gm

/** A name as a module exports it, and the module. */
type Definition = { readonly file: string; readonly name: string }

/**
 * Imports each name of the AWS SDK from the file that defines it instead of an index that only passes it on.
 *
 * esbuild decides file by file what belongs to which chunk, and an index leads to all that it names: with lazy imports
 * or several functions in one build, each function would load at its start whatever any other takes from the same index.
 * An index is left out only where its package says that it has no side effects, nor what it names; what is not understood
 * is left as it is.
 */
export function directImports(): Plugin {
  return {
    name: 'direct-imports',
    setup(build) {
      const finder = new DefinitionFinder(build)
      build.onLoad({ filter: IMPORTERS }, async ({ path }: OnLoadArgs) => {
        const source = readFileSync(path, 'utf8')
        const contents = await rewrite(source, (from, name) => finder.find(path, from, name))
        return contents === source ? undefined : { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' }
      })
    },
  }
}

type Find = (from: string, name: string) => Promise<Definition | undefined>

/** Line numbers stay, for the sake of source maps. */
async function rewrite(source: string, find: Find): Promise<string> {
  const parts: string[] = []
  let at = 0
  for (const match of source.matchAll(NAMED_IMPORT)) {
    const [statement, names = '', from = ''] = match
    parts.push(source.slice(at, match.index), await direct(statement, specifiersOf(names), from, find))
    at = match.index + statement.length
  }
  return [...parts, source.slice(at)].join('')
}

async function direct(statement: string, specifiers: readonly Specifier[], from: string, find: Find): Promise<string> {
  const imports = await Promise.all(
    specifiers.map(async ({ name, as, isType }) => {
      const definition = isType ? undefined : await find(from, name)
      const specifier = `${isType ? 'type ' : ''}${definition?.name ?? name} as ${as}`
      return {
        isDirect: definition !== undefined,
        text: `import { ${specifier} } from ${quoted(definition?.file ?? from)};`,
      }
    }),
  )
  if (!imports.some(({ isDirect }) => isDirect)) return statement
  return imports.map(({ text }) => text).join(' ') + '\n'.repeat(statement.split('\n').length - 1)
}

const quoted = (text: string): string => JSON.stringify(text)

type Specifier = { readonly name: string; readonly as: string; readonly isType: boolean }

/** Reads what stands between the braces of an import or export. */
function specifiersOf(text: string): readonly Specifier[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const isType = part.startsWith('type ')
      const [name = '', as = name] = part.replace(/^type /, '').split(/\s+as\s+/)
      return { name, as, isType }
    })
}

/** Where names are defined. It remembers: hundreds of files import from the same few. */
class DefinitionFinder {
  readonly #build: PluginBuild
  readonly #modules = new Map<string, Module>()
  readonly #files = new Map<string, Promise<string | undefined>>()
  readonly #transparent = new Map<string, Promise<boolean>>()

  constructor(build: PluginBuild) {
    this.#build = build
  }

  /** @returns undefined where the import is to stay as it is. */
  async find(importer: string, from: string, name: string): Promise<Definition | undefined> {
    if (!SDK.test(from) && !from.startsWith('.')) return undefined
    if (importer.endsWith('.ts') && from.startsWith('.')) return undefined
    const file = await this.#resolve(importer, from)
    if (file === undefined) return undefined
    const definition = await this.#definitionIn(file, name)
    return definition?.file === file ? undefined : definition
  }

  async #definitionIn(file: string, name: string): Promise<Definition | undefined> {
    const module = this.#moduleOf(file)
    if (module.own.has(name)) return { file, name }
    if (!(await this.#isTransparent(file))) return undefined
    const passedOn = module.passedOn.get(name)
    if (passedOn) {
      const next = await this.#resolve(file, passedOn.from)
      return next === undefined ? undefined : this.#definitionIn(next, passedOn.name)
    }
    for (const from of module.all) {
      const next = await this.#resolve(file, from)
      const found = next === undefined ? undefined : await this.#definitionIn(next, name)
      if (found) return found
    }
    return undefined
  }

  /** Whether whoever takes a name from an index may as well not import the index. */
  #isTransparent(file: string): Promise<boolean> {
    const known = this.#transparent.get(file) ?? this.#findTransparency(file)
    this.#transparent.set(file, known)
    return known
  }

  async #findTransparency(file: string): Promise<boolean> {
    const effects = sideEffectsOf(file)
    if (typeof effects === 'boolean') return !effects
    const { passedOn, all } = this.#moduleOf(file)
    for (const from of new Set([...Array.from(passedOn.values(), (name) => name.from), ...all])) {
      const next = await this.#resolve(file, from)
      if (next === undefined || effects.includes(next) || !(await this.#isTransparent(next))) return false
    }
    return !effects.includes(file)
  }

  #moduleOf(file: string): Module {
    const known = this.#modules.get(file) ?? readModule(file)
    this.#modules.set(file, known)
    return known
  }

  #resolve(importer: string, from: string): Promise<string | undefined> {
    const resolveDir = dirname(importer)
    const key = `${resolveDir}\0${from}`
    const known = this.#files.get(key) ?? this.#ask(resolveDir, from)
    this.#files.set(key, known)
    return known
  }

  async #ask(resolveDir: string, from: string): Promise<string | undefined> {
    const { path, errors, external } = await this.#build.resolve(from, { resolveDir, kind: 'import-statement' })
    return errors.length > 0 || external || !existsSync(path) ? undefined : path
  }
}

type Module = {
  readonly own: ReadonlySet<string>
  readonly passedOn: ReadonlyMap<string, { readonly from: string; readonly name: string }>
  /** Modules of which it passes on everything. */
  readonly all: readonly string[]
}

function readModule(file: string): Module {
  const source = readFileSync(file, 'utf8')
  const passedOn = [...source.matchAll(RE_EXPORT)].flatMap(([, names = '', from = '']) =>
    specifiersOf(names).map(({ name, as }) => [as, { from, name }] as const),
  )
  return {
    own: new Set(Array.from(source.matchAll(OWN_EXPORT), ([, name = '']) => name)),
    passedOn: new Map(passedOn),
    all: Array.from(source.matchAll(RE_EXPORT_ALL), ([, from = '']) => from),
  }
}

/** Files of a file's package that have side effects, as the package declares it; whether there are any where it names none. */
function sideEffectsOf(file: string): boolean | readonly string[] {
  const folder = packageFolder(file)
  if (folder === undefined) return true
  const { sideEffects }: { sideEffects?: unknown } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Array.isArray(sideEffects) ? sideEffects.map((path) => join(folder, String(path))) : sideEffects !== false
}

/** Of the package itself: its folders may hold further package.json that only say how they are to be read. */
function packageFolder(file: string): string | undefined {
  const found = /^(.*[\\/]node_modules[\\/]@[^\\/]+[\\/][^\\/]+)[\\/]/.exec(file)?.[1]
  return found !== undefined && statSync(join(found, 'package.json'), { throwIfNoEntry: false }) ? found : undefined
}
