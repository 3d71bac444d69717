import { type NameRules, namesOf, pathProblem, windowsReserved } from '../../names.ts';

/** What OneDrive and SharePoint refuse (Microsoft: "Restrictions and limitations in OneDrive and SharePoint"). */
const rules: NameRules = {
  forbidden: '"*:<>?\\|',
  noControl: true,
  notFirst: ' ~',
  notLast: ' .',
  reserved: new Set([...windowsReserved, 'com0', 'lpt0', '.lock', 'desktop.ini']),
  maxNameChars: 255,
};

/** Characters of a whole path, the folders above the root included, that Microsoft allows less than. */
const pathChars = 400;

/** Why OneDrive cannot hold this path below `root`, as the end of a sentence; null when it can. */
export function oneDrivePathProblem(root: string, path: string): string | null {
  const problem = pathProblem(path, rules);
  if (problem !== null) return problem;
  if (/_vti_/i.test(path)) return 'has "_vti_" in its name, which SharePoint keeps for itself';
  // "forms" is SharePoint's own folder at the top of a library.
  const [top] = namesOf(root === '' ? path : root);
  if (root === '' && top?.toLowerCase() === 'forms') return 'has a name that is reserved there';
  const whole = root === '' ? path : `${root}/${path}`;
  return whole.length < pathChars ? null : `has a path that is not shorter than ${pathChars} characters there`;
}
