import { count } from '../../lib/format.ts';
import type { Backups } from '../en/backups.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'Datei' : 'Dateien'}`;
const hints = (n: number) => `${count(n)} ${n === 1 ? 'Hinweis' : 'Hinweisen'}`;

export const backups: Backups = {
  safety: {
    safe: (ago, n) => `Sicher, ${ago}${n === null ? '' : `, ${files(n)}`}`,
    warned: (ago, n) => `Vollständig mit ${hints(n)}, ${ago}`,
    partial: (ago, n) => (n === 0 ? `Unvollständig, ${ago}` : `Unvollständig, ${ago}: ${files(n)} nicht kopiert`),
    failed: (ago) => `Fehlgeschlagen ${ago}`,
    stopped: (ago) => `Angehalten ${ago}`,
    dry: (ago) => `Bisher nur erprobt, ${ago}: Es wurde nichts kopiert`,
    never: 'Noch nie gelaufen',
    running: 'Läuft gerade',
    waiting: 'Wartet, bis es an der Reihe ist',
    off: (ago) => `Ausgeschaltet; letzte vollständige Kopie: ${ago}`,
    overdue: (ago) => `Überfällig; letzte vollständige Kopie: ${ago}`,
    overdueFirst: 'Überfällig; noch nie vollständig gelaufen',
  },
  word: {
    safe: 'Sicher',
    warned: 'Bitte ansehen',
    partial: 'Unvollständig',
    failed: 'Fehlgeschlagen',
    stopped: 'Angehalten',
    dry: 'Erprobt',
    never: 'Noch nie gelaufen',
    running: 'Läuft',
    off: 'Ausgeschaltet',
    overdue: 'Überfällig',
  },
  lastGood: (ago) => `Letzte vollständige Kopie: ${ago}.`,
  noGood: 'Eine vollständige Kopie ist nicht verzeichnet.',
  strip: {
    loading: 'wird geladen',
    none: 'noch keine',
    counted: {
      completed: (n) => `${count(n)} vollständig`,
      warned: (n) => `${count(n)} vollständig mit Hinweisen`,
      partial: (n) => `${count(n)} unvollständig`,
      failed: (n) => `${count(n)} fehlgeschlagen`,
      cancelled: (n) => `${count(n)} angehalten`,
      dry: (n) => `${count(n)} ${n === 1 ? 'Probelauf' : 'Probeläufe'}`,
      active: (n) => `${count(n)} ${n === 1 ? 'läuft' : 'laufen'}`,
    },
  },
};
