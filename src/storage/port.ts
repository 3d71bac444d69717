/** What a driver is given by whoever opens it: secrets stay outside configuration, and drivers touch no database. */
export interface DriverPorts {
  /** For services with a sign-in: a valid access token. */
  tokens?: TokenSource;
  /** SSH host keys we have seen. */
  hostKeys?: HostKeys;
  /** Addresses this very process listens on; never connected to. */
  isOurs?(address: string, port: number): boolean;
  /** Milliseconds; tests bring their own. */
  now?(): number;
  tuning?: Tuning;
}

/** Sizes the user never sees; the gate takes small ones so that small files show what large ones do. */
export interface Tuning {
  /** From this size on an upload is made in parts. */
  multipartFromBytes?: number;
  partBytes?: number;
  /** Silence after which a connection counts as dead. */
  stallMs?: number;
  connectMs?: number;
}

/** Access tokens of one account. One refresh at a time, however many ask; a new refresh token is stored before use. */
export interface TokenSource {
  /** A token that is good for at least a minute. Throws StorageError `auth_expired` when only a person can help. */
  get(signal: AbortSignal): Promise<string>;
  /** The service refused this token: the next `get` answers another one. */
  reject(token: string): void;
}

/** Pinned host keys. `fingerprint` is `SHA256:<base64 without padding>`, as ssh prints it. */
export interface HostKeys {
  /** What is pinned for this server; null on the first visit. */
  find(host: string, port: number): string | null;
  /** Called after a connection with this key was authenticated and nothing was pinned. */
  pin(host: string, port: number, fingerprint: string, type: string): void;
}
