/** Deletes what a tenant leaves behind, piece by piece. Every call may be repeated. */
export interface TenantEraser {
  /** Deletes some recorded runs. @returns how many; 0 when none is listed any more. */
  eraseRuns(tenant: string): Promise<number>
  /** Deletes whatever else is kept under the tenant but the account itself. */
  eraseRest(tenant: string): Promise<void>
  /** Deletes the account, and last of all what kept the user's tokens out: none may be alive any more. */
  eraseAccount(tenant: string): Promise<void>
}
