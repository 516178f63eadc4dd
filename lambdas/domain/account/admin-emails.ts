/** Reads a comma-separated list of the addresses whose accounts become admins once verified; it may be empty. */
export const parseAdminEmails = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .split(',')
      .map((address) => address.trim().toLowerCase())
      .filter((address) => address !== ''),
  )
