import { hash, verify } from '@node-rs/argon2'

/** argon2id with the library's defaults (19 MiB, 2 passes: OWASP's minimum), as a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'))
}

let nobody: Promise<string> | undefined

/** Whether the password is right. Without a hash (nobody by that e-mail) the same work is done, so that time says nothing. */
export async function checkPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password')
  const isRight = await verify(passwordHash ?? (await nobody), password.normalize('NFKC'))
  return isRight && passwordHash !== null
}
