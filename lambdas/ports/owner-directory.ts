/** Who owns what a tenant has. */
export interface OwnerDirectory {
  /** @returns the verified e-mail address of a tenant's owner; undefined when there is none any more. */
  emailOf(tenant: string): Promise<string | undefined>
}
