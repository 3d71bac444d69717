import { count } from '../../lib/format.ts';
import type { Overview } from '../en/overview.ts';

const backups = (n: number) => `${count(n)} ${n === 1 ? 'Sicherung' : 'Sicherungen'}`;
const ofBackups = (n: number, total: number) => `${count(n)} von ${count(total)} Sicherungen`;

export const overview: Overview = {
  title: 'Übersicht',
  newJob: 'Neue Sicherung',

  headline: {
    loading: 'Einen Moment …',
    safe: 'Alles ist sicher',
    safeBut: (n) => `Ihre Sicherungen sind sicher, ${n === 1 ? 'eines' : count(n)} sollten Sie ansehen`,
    unsure: 'Alle Sicherungen sind zuletzt gut gegangen',
    bad: (name) => `${name} ist nicht sicher`,
    badMany: (n, total) => `${ofBackups(n, total)} sind nicht sicher`,
    look: (name) => `${name} sollten Sie ansehen`,
    lookMany: (n, total) => `${ofBackups(n, total)} sollten Sie ansehen`,
    never: (name) => `${name} ist noch nie gelaufen`,
    neverMany: (n, total) => `${ofBackups(n, total)} sind noch nie gelaufen`,
    first: (name) => `Die erste Kopie von ${name} entsteht gerade`,
    firstMany: (n) => `${count(n)} erste Kopien entstehen gerade`,
    running: (name) => `${name} läuft gerade`,
    runningMany: (n) => `${backups(n)} laufen gerade`,
    stale: (name) => `${name} hat keine frische Kopie`,
    staleMany: (n, total) => `${ofBackups(n, total)} haben keine frische Kopie`,
  },
  lead: {
    jobs: (n, latest) => (latest === null ? `${backups(n)}.` : `${backups(n)}, letzte Kopie ${latest}.`),
    running: (n) => (n === 1 ? 'Eine läuft gerade.' : `${count(n)} laufen gerade.`),
  },

  empty: {
    title: 'Noch keine Sicherungen',
    lead: 'Wählen Sie, was sicher sein soll, wohin die Kopie kommt und wann. Es dauert eine Minute.',
    action: 'Erste Sicherung anlegen',
    else: 'Oder mit einem Befehl auf dem Gerät selbst:',
    command: 'dynamight backup <folder> <destination>',
  },

  needs: {
    title: 'Worum Sie sich kümmern sollten',
    failed: 'Ob etwas zu tun ist, ließ sich nicht erfragen.',
    job: 'Sicherung öffnen',
    run: 'Nachsehen, was war',
    decide: 'Ansehen und entscheiden',
    more: (n) => `${count(n)} weitere zeigen`,
  },
  lines: {
    never: (name) => `${name} ist noch nie gelaufen`,
    neverText: 'Lassen Sie sie einmal laufen, damit es eine Kopie gibt.',
    failed: (name) => `${name} ist fehlgeschlagen`,
    warnings: (name, n) =>
      n === null
        ? `${name} wurde mit Hinweisen abgeschlossen`
        : `${name} wurde mit ${count(n)} ${n === 1 ? 'Hinweis' : 'Hinweisen'} abgeschlossen`,
    warningsText: 'Alles andere wurde kopiert. Was auffiel, steht im Bericht des Laufs.',
    overdue: (name) => `${name} ist überfällig`,
    overdueText: (day) => `Sie hat einen Zeitplan, aber seit dem ${day} wurde nichts abgeschlossen.`,
    off: (name) => `${name} ist ausgeschaltet`,
    offText: 'Sie hat einen Zeitplan, läuft aber nicht von selbst.',
    driveAway: (name) => `Das Laufwerk für ${name} ist nicht angeschlossen`,
    driveAwayText: 'Schließen Sie es für den nächsten Lauf an. Die Kopie darauf bleibt, wie sie ist.',
    placeAway: (name) => `Das Ziel von ${name} ist nicht da`,
    placeAwayText: (path) =>
      path === null
        ? 'Hängen Sie es ein, oder ändern Sie die Sicherung.'
        : `${path} fehlt oder ist nicht mehr dasselbe. Hängen Sie es ein, oder ändern Sie die Sicherung.`,
    signedOut: (name) => `Die Anmeldung bei ${name} gilt nicht mehr`,
    signedOutText: 'Sicherungen dorthin können nicht laufen. Melden Sie sich unter Zugangsdaten neu an.',
    clock: 'Die Uhr dieses Geräts geht vielleicht falsch',
    clockText:
      'Zeitpläne laufen dann zur falschen Zeit. Verbinden Sie das Gerät mit dem Netz, oder stellen Sie seine Uhr.',
    full: (place) => `${place} ist fast voll`,
    fullText: (free, total) =>
      `${free} von ${total} sind frei. Schaffen Sie dort Platz, oder nehmen Sie ein größeres Laufwerk.`,
  },

  jobs: {
    title: 'Sicherungen',
    all: 'Alle Sicherungen',
    stripOf: (name) => `Letzte Läufe von ${name}`,
    more: (n) => `${count(n)} weitere zeigen`,
  },

  next: {
    title: 'Jetzt und als Nächstes',
    now: 'jetzt',
    running: 'Läuft',
    share: (percent) => `jetzt, ${percent}`,
    left: (duration) => `noch ${duration}`,
    none: 'Nichts ist geplant. Sicherungen laufen, wenn Sie sie starten.',
    failed: 'Was als Nächstes kommt, ließ sich nicht erfragen.',
  },

  space: {
    title: 'Freier Platz',
    free: (free, total) => `${free} von ${total} frei`,
    nearlyFull: (free, total) => `Fast voll: ${free} von ${total} frei`,
    unknown: 'Da; die Größe ist nicht bekannt.',
    away: (since) => `Gerade nicht da, gesehen ${since}.`,
    never: 'Gerade nicht da.',
    network: 'Im Netz; dort ist noch kein Lauf vollständig.',
    networkSince: (since) => `Im Netz, letzte vollständige Kopie ${since}.`,
    readOnly: 'nur lesbar',
    usedBy: (names) => `für ${names}`,
    andMore: (n) => `${count(n)} weitere`,
    meter: (place) => `Belegter Platz auf ${place}`,
    failed: 'Die Ziele ließen sich nicht befragen.',
    more: (n) => `${count(n)} weitere zeigen`,
  },
};
