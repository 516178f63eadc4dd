import type { z } from 'zod'
import { prettifyError } from 'zod'
import type { CloudAssembly, Template } from './cloud-assembly.ts'
import { resolveValue, type Scope } from './intrinsics.ts'
import { type Identity, identify, identifyingProperties, type Place } from './physical-ids.ts'

export type ResolvedResource = Identity & { readonly logicalId: string; readonly type: string }

/** A template whose conditions are decided and whose references can be followed. */
export class ResolvedTemplate {
  readonly place: Place
  readonly assetFolders: ReadonlyMap<string, string>
  readonly #template: Template
  readonly #scope: Scope
  readonly #identities = new Map<string, Identity>()
  readonly #conditions = new Map<string, boolean>()

  constructor(assembly: CloudAssembly, place: Place) {
    this.place = place
    this.assetFolders = assembly.assetFolders
    this.#template = assembly.template
    this.#scope = {
      reference: (name) => this.#reference(name),
      attribute: (logicalId, attribute) => this.#attribute(logicalId, attribute),
      condition: (name) => this.#condition(name),
      mapped: (map, key, subkey) => this.#mapped(map, key, subkey),
    }
  }

  /** Every resource whose condition holds, in the template's order. */
  get resources(): readonly ResolvedResource[] {
    return Object.entries(this.#template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || this.#condition(Condition))
      .map(([logicalId, { Type }]) => ({ ...this.#identity(logicalId), logicalId, type: Type }))
  }

  /**
   * The resources of these types with their properties, resolved and parsed, and their metadata as they stand.
   * @throws naming the resource and the property when one does not fit the schema
   */
  read<T>(
    types: readonly string[],
    schema: z.ZodType<T>,
  ): (ResolvedResource & { readonly properties: T; readonly metadata: Template['Resources'][string]['Metadata'] })[] {
    return this.resources
      .filter(({ type }) => types.includes(type))
      .map((resource) => {
        const parsed = schema.safeParse(this.#properties(resource.logicalId))
        if (!parsed.success)
          throw new Error(`${resource.type} "${resource.logicalId}" in the template: ${prettifyError(parsed.error)}`)
        return { ...resource, properties: parsed.data, metadata: this.#resource(resource.logicalId).Metadata }
      })
  }

  get outputs(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#template.Outputs)
        .filter(([, { Condition }]) => Condition === undefined || this.#condition(Condition))
        .map(([name, { Value }]) => [name, String(resolveValue(Value, this.#scope))]),
    )
  }

  #properties(logicalId: string): unknown {
    try {
      return resolveValue(this.#resource(logicalId).Properties, this.#scope)
    } catch (cause) {
      throw new Error(`Resource "${logicalId}": ${cause instanceof Error ? cause.message : cause}`, { cause })
    }
  }

  #resource(logicalId: string): Template['Resources'][string] {
    const resource = this.#template.Resources[logicalId]
    if (!resource) throw new Error(`The template has no resource or parameter "${logicalId}"`)
    return resource
  }

  #identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId)
    if (known) return known
    const { Type, Properties } = this.#resource(logicalId)
    const properties = Object.fromEntries(
      identifyingProperties(Type)
        .filter((name) => name in Properties)
        .map((name) => [name, resolveValue(Properties[name], this.#scope)]),
    )
    const identity = identify({ type: Type, logicalId, properties }, this.place)
    this.#identities.set(logicalId, identity)
    return identity
  }

  #reference(name: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name)
    const parameter = this.#template.Parameters[name]
    if (!parameter) return this.#identity(name).ref
    if (parameter.Default === undefined) throw new Error(`Parameter "${name}" has no default value`)
    const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<')
    return isList ? String(parameter.Default).split(',') : parameter.Default
  }

  #pseudoParameter(name: string): unknown {
    const { accountId, region, stackName } = this.place
    const values: Readonly<Record<string, unknown>> = {
      'AWS::AccountId': accountId,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stackName,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
      'AWS::NotificationARNs': [],
    }
    if (!Object.hasOwn(values, name)) throw new Error(`There is no pseudo parameter "${name}"`)
    return values[name]
  }

  #attribute(logicalId: string, attribute: string): string {
    const value = this.#identity(logicalId).attributes[attribute]
    if (value !== undefined) return value
    const { Type } = this.#resource(logicalId)
    throw new Error(`The local cloud does not know the attribute ${attribute} of ${Type} "${logicalId}"`)
  }

  #condition(name: string): boolean {
    const known = this.#conditions.get(name)
    if (known !== undefined) return known
    const definition = this.#template.Conditions[name]
    if (definition === undefined) throw new Error(`The template has no condition "${name}"`)
    const holds = resolveValue(definition, this.#scope) === true
    this.#conditions.set(name, holds)
    return holds
  }

  #mapped(map: string, key: string, subkey: string): unknown {
    const value = this.#template.Mappings[map]?.[key]?.[subkey]
    if (value === undefined) throw new Error(`The template has no mapping ${map}.${key}.${subkey}`)
    return value
  }
}
