/** Addresses of the Graph API for one drive and one folder in it. Paths are relative to that folder. */
export interface Places {
  drive: string;
  /** The folder everything lies below, by its path. */
  rootByPath: string;
  /** Where folders are made in a folder, by its path from the top of the drive; `''` is the top. */
  childrenFromTop(path: string): string;
  byId(id: string): string;
  /** An item by its path; `action` (`children`, `content`) of it when given. */
  byPath(rootId: string, path: string, action?: string): string;
  /** An action of an item by its id. */
  ofId(id: string, action: string): string;
}

/** Every character but the unreserved ones: quotes and brackets mean something to OData, `#` and `%` to everybody. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);

const encodedPath = (path: string): string => path.split('/').map(encoded).join('/');

export function createPlaces(driveId: string | null, root: string): Places {
  const drive = driveId === null ? '/me/drive' : `/drives/${encoded(driveId)}`;
  const byId = (id: string) => `${drive}/items/${encoded(id)}`;
  const ofId = (id: string, action: string) => `${byId(id)}/${action}`;
  return {
    drive,
    rootByPath: root === '' ? `${drive}/root` : `${drive}/root:/${encodedPath(root)}`,
    childrenFromTop: (path) =>
      path === '' ? `${drive}/root/children` : `${drive}/root:/${encodedPath(path)}:/children`,
    byId,
    ofId,
    byPath(rootId, path, action) {
      if (path === '') return action === undefined ? byId(rootId) : ofId(rootId, action);
      const item = `${byId(rootId)}:/${encodedPath(path)}`;
      return action === undefined ? item : `${item}:/${action}`;
    },
  };
}
