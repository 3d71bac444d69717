import { bytes, count, duration } from '../../lib/format.ts';
import type { Runs } from '../en/runs.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'Datei' : 'Dateien'}`;

const lines = (n: number) => `${count(n)} ${n === 1 ? 'Zeile' : 'Zeilen'}`;
const runCount = (n: number) => `${count(n)} ${n === 1 ? 'Lauf' : 'Läufe'}`;

export const runs: Runs = {
  title: 'Verlauf',
  run: {
    back: 'Verlauf',
    documentTitle: (job, id) => `${job}, Lauf ${id}`,
    missingTitle: 'Diesen Lauf gibt es hier nicht',
    missingText:
      'Vielleicht wurde er gelöscht oder hat neueren Platz gemacht. Dateien und Versionen am Ziel sind davon nicht betroffen.',
    toHistory: 'Zum Verlauf',
    failedTitle: 'Dieser Lauf konnte nicht geladen werden',
    state: {
      waiting: 'Wartet',
      running: 'Läuft',
      completed: 'Abgeschlossen',
      warned: 'Mit Hinweisen abgeschlossen',
      partial: 'Unvollständig',
      failed: 'Fehlgeschlagen',
      cancelled: 'Angehalten',
      dry: 'Probelauf',
    },
    trigger: {
      manual: 'Von Hand gestartet',
      scheduled: 'Nach Zeitplan gestartet',
      drive: 'Gestartet, weil das Laufwerk eingesteckt wurde',
    },
    retry: 'Nach einer Unterbrechung erneut gestartet',
    openJob: 'Zur Sicherung',
    again: 'Noch einmal sichern',
    stop: 'Anhalten',
    stopping: 'Wird angehalten …',
    toCurrent: 'Zum laufenden Lauf',
    more: 'Mehr zu diesem Lauf',
    delete: 'Diesen Lauf löschen',
    elapsed: 'Läuft seit',
    waitingText:
      'Eine andere Sicherung schreibt gerade an dieses Ziel. Diese hier beginnt von selbst, sobald sie fertig ist.',
    dryText: 'Dies ist ein Probelauf: Er sagt nur, was er tun würde.',
    copied: 'Kopiert',
    ofFiles: (n) => `von ${files(n)}`,
    ofBytes: (n) => `von ${bytes(n)}`,
    size: 'Größe',
    rate: 'Tempo',
    rateOf: (perSecond) => `${bytes(perSecond)}/s`,
    currentFile: 'Aktuelle Datei:',
    left: 'Restzeit',
    unknown: 'noch nicht bekannt',
    noneLeft: 'fast fertig',
  },
  report: {
    completed: (n, size, seconds) =>
      `Alles ist gesichert: ${files(n)} (${bytes(size)}) ${n === 1 ? 'war' : 'waren'} neu oder geändert und ${n === 1 ? 'wurde' : 'wurden'} in ${seconds} kopiert.`,
    unchanged: (all) =>
      all === null || all === 0
        ? 'Alles ist gesichert: Seit dem letzten Lauf hatte sich nichts geändert.'
        : `Alles ist gesichert: Von ${files(all)} hatte sich seit dem letzten Lauf keine geändert.`,
    onlyDeleted: (n) =>
      `Alles ist gesichert: Neues gab es nicht; ${files(n)}, die es an der Quelle nicht mehr gibt, ${n === 1 ? 'wurde' : 'wurden'} entfernt.`,
    warned: (n, size) =>
      n === 0
        ? 'Fertig, und nichts musste kopiert werden.'
        : `Fertig: ${files(n)} (${bytes(size)}) ${n === 1 ? 'wurde' : 'wurden'} kopiert.`,
    warnedMore: (n) => (n === 1 ? 'Ein Hinweis ist anzusehen.' : `${count(n)} Hinweise sind anzusehen.`),
    dry: (n, size) =>
      n === 0
        ? 'Ein Probelauf: Nichts würde kopiert. Es wurde nichts geschrieben.'
        : `Ein Probelauf: ${files(n)} (${bytes(size)}) ${n === 1 ? 'würde' : 'würden'} kopiert. Es wurde nichts geschrieben.`,
    dryDeleted: (n) => `${files(n)} ${n === 1 ? 'würde' : 'würden'} entfernt.`,
    cancelled: (n) =>
      n === 0
        ? 'Der Lauf wurde angehalten, bevor etwas kopiert war. Was vorher am Ziel lag, liegt noch dort.'
        : `Der Lauf wurde angehalten. Bis dahin ${n === 1 ? 'wurde' : 'wurden'} ${files(n)} kopiert und ${n === 1 ? 'bleibt' : 'bleiben'}; der Rest folgt beim nächsten Lauf.`,
    partial: (n, failed) =>
      `${files(failed)} ${failed === 1 ? 'konnte' : 'konnten'} nicht kopiert werden. ${n === 0 ? 'Sonst war nichts neu oder geändert.' : `${files(n)} ${n === 1 ? 'wurde' : 'wurden'} kopiert und ${n === 1 ? 'ist' : 'sind'} gesichert.`}`,
    next: 'Was jetzt zu tun ist',
    box: 'Was das Gerät meldet',
    wayOut: {
      look: 'Die Verbindung ansehen',
      signIn: 'Neu anmelden',
      credentials: 'Zu den Zugangsdaten',
    },
    files: 'Kopierte Dateien',
    would: 'Zu kopieren',
    bytes: 'Größe',
    deleted: 'Entfernt',
    deletedNote: 'am Ziel',
    failed: 'Nicht kopiert',
    warnings: 'Hinweise',
    duration: 'Dauer',
    rate: 'Mittleres Tempo',
    whole: 'Dateien in der Sicherung',
    started: 'Begonnen',
    ended: 'Beendet',
    never: 'nie begonnen',
    noTime: 'unter 1 s',
    unknown: 'Unbekannt',
  },
  reasons: {
    source_missing: {
      what: 'Ein Quellordner war nicht da.',
      next: 'Wurde er verschoben oder umbenannt, wählen Sie in der Sicherung den neuen Ort. Liegt er auf einem Laufwerk, stecken Sie es ein und starten Sie die Sicherung noch einmal.',
    },
    source_unreadable: {
      what: 'Ein Quellordner ließ sich nicht lesen.',
      next: 'Geben Sie Dynamight das Recht, diesen Ordner zu lesen, oder nehmen Sie ihn aus der Sicherung heraus. Dann noch einmal starten.',
    },
    source_empty: {
      what: 'Ein Quellordner, der sonst Dateien enthielt, war leer.',
      next: 'Meist ist sein Laufwerk nicht eingesteckt oder nicht eingehängt: Bringen Sie das in Ordnung und starten Sie noch einmal. Soll der Ordner wirklich leer sein, bestätigen Sie es unten.',
    },
    source_changed: {
      what: 'Ein Quellordner liegt auf einem anderen Datenträger als bisher.',
      next: 'Prüfen Sie, ob dort das richtige Laufwerk eingehängt ist. Haben Sie die Dateien selbst umgezogen, bestätigen Sie es unten.',
    },
    source_outside: {
      what: 'Ein Quellordner liegt außerhalb der Ordner, in die Dynamight sehen darf.',
      next: 'Wählen Sie einen Ordner innerhalb der erlaubten, oder erlauben Sie diesen in der Konfiguration des Geräts.',
    },
    destination_missing: {
      what: 'Das Ziel war nicht da.',
      next: 'Stecken Sie das Laufwerk ein oder hängen Sie es ein, oder wählen Sie für diese Sicherung ein anderes Ziel. Dann noch einmal starten.',
    },
    destination_changed: {
      what: 'Das Ziel enthält diese Sicherung nicht mehr.',
      next: 'Meist ist das Laufwerk nicht eingehängt, oder es ist ein anderes. Prüfen Sie das und starten Sie noch einmal. Haben Sie es selbst geleert oder ersetzt, bestätigen Sie es unten.',
    },
    destination_read_only: {
      what: 'Am Ziel konnte nichts geschrieben werden.',
      next: 'Ein Laufwerk, das von selbst schreibgeschützt wird, ist vielleicht defekt: Prüfen Sie es. Sonst geben Sie Dynamight das Recht, dort zu schreiben.',
    },
    destination_unsupported: {
      what: 'Diese Version von Dynamight kann an dieses Ziel nicht schreiben.',
      next: 'Aktualisieren Sie Dynamight, oder wählen Sie für diese Sicherung ein anderes Ziel.',
    },
    drive_absent: {
      what: 'Das Laufwerk dieser Sicherung war nicht eingesteckt.',
      next: 'Stecken Sie es ein und starten Sie die Sicherung noch einmal.',
    },
    drive_wrong: {
      what: 'Ein anderes Laufwerk als das dieser Sicherung war eingesteckt.',
      next: 'Stecken Sie das richtige ein, oder nehmen Sie dieses in die Sicherung auf, wenn es dazugehört.',
    },
    drive_removed: {
      what: 'Das Laufwerk verschwand, während die Sicherung lief.',
      next: 'Was bis dahin kopiert war, ist gesichert. Stecken Sie das Laufwerk wieder ein, prüfen Sie das Kabel und starten Sie die Sicherung noch einmal.',
    },
    overlap: {
      what: 'Der Ordner am Ziel gehört zu einer anderen Sicherung.',
      next: 'Wählen Sie für eine der beiden einen anderen Ordner am Ziel.',
    },
    no_space: {
      what: 'Der Platz reichte nicht.',
      next: 'Machen Sie am Ziel Platz, lassen Sie große Dateien weg, oder nehmen Sie ein größeres Laufwerk. Dann noch einmal starten.',
    },
    too_many_deletions: {
      what: 'Ein großer Teil der Dateien am Ziel wäre gelöscht worden; deshalb hat der Lauf vorher angehalten.',
      next: 'Sehen Sie die Liste unten an. Fehlen die Dateien aus Versehen, holen Sie sie zurück und starten Sie noch einmal; ist das Löschen gewollt, bestätigen Sie es.',
    },
    too_many_changes: {
      what: 'Viel mehr Dateien als sonst hatten sich geändert; deshalb hat der Lauf vorher angehalten.',
      next: 'Prüfen Sie, ob sich die Dateien an der Quelle noch öffnen lassen. Sind viele beschädigt oder verschlüsselt, starten Sie die Sicherung erst wieder, wenn Sie wissen, warum.',
    },
    name_collision: {
      what: 'Etwas gleichen Namens war im Weg.',
      next: 'Benennen Sie um, was unten genannt ist, oder legen Sie es woanders hin; dann noch einmal starten.',
    },
    auth_failed: {
      what: 'Das Ziel hat die Anmeldung nicht angenommen.',
      next: 'Prüfen Sie Name, Passwort oder Schlüssel in den Zugangsdaten dieser Sicherung.',
    },
    auth_expired: {
      what: 'Die Erlaubnis für das Ziel ist abgelaufen.',
      next: 'Melden Sie sich in den Einstellungen unter Zugangsdaten neu bei dem Dienst an.',
    },
    host_key_changed: {
      what: 'Das Ziel hat sich als ein anderer Rechner ausgewiesen als bisher.',
      next: 'Sehen Sie sich die Verbindung in der Sicherung an: Dort stehen beide Schlüssel. Wurde der Server neu eingerichtet, nehmen Sie dort seinen neuen Schlüssel an. Wenn nicht, steht vielleicht jemand dazwischen. Es wurde nichts gesendet.',
    },
    certificate_changed: {
      what: 'Das Zertifikat des Ziels ist ein anderes als bisher.',
      next: 'Sehen Sie sich die Verbindung in der Sicherung an: Dort steht das Zertifikat. Hat der Server ein neues bekommen, vertrauen Sie ihm dort und speichern Sie. Wenn nicht, steht vielleicht jemand dazwischen. Es wurde nichts gesendet.',
    },
    unreachable: {
      what: 'Das Ziel war nicht zu erreichen.',
      next: 'Prüfen Sie, ob es eingeschaltet ist und ob dieses Gerät im Netz ist. Dann noch einmal starten.',
    },
    quota: {
      what: 'Das Konto am Ziel ist voll.',
      next: 'Machen Sie in diesem Konto Platz oder vergrößern Sie es; dann noch einmal starten.',
    },
    partial: {
      what: 'Einige Dateien konnten nicht kopiert werden.',
      next: 'Alle anderen sind gesichert. Die Liste unten nennt zu jeder Datei den Grund; beheben Sie ihn, oder lassen Sie diese Dateien weg, und starten Sie noch einmal.',
    },
    io_error: {
      what: 'Lesen oder Schreiben schlug mittendrin fehl.',
      next: 'Das liegt meist am Kabel, am Netzteil oder an einem defekten Laufwerk. Prüfen Sie sie, dann noch einmal starten.',
    },
    tool_missing: {
      what: 'Ein Programm, das die Sicherung braucht, fehlt auf diesem Gerät.',
      next: 'Installieren Sie es; „dynamight doctor“ auf dem Gerät sagt, was fehlt und woher man es bekommt.',
    },
    interrupted: {
      what: 'Das Gerät oder das Programm wurde mittendrin abgeschaltet.',
      next: 'Was bis dahin kopiert war, ist gesichert. Der nächste Lauf macht dort weiter; Sie können ihn jetzt starten.',
    },
    internal: {
      what: 'In Dynamight ging etwas Unerwartetes schief.',
      next: 'Starten Sie die Sicherung noch einmal. Geschieht es wieder, hilft das Protokoll unten, den Grund zu finden.',
    },
  },
  errors: {
    title: 'Betroffene Dateien',
    lead: (errors, warnings) => {
      const parts = [];
      if (errors > 0) parts.push(`${files(errors)} nicht kopiert`);
      if (warnings > 0) parts.push(`${count(warnings)} ${warnings === 1 ? 'Hinweis' : 'Hinweise'}`);
      return `${parts.join(', ')}.`;
    },
    kept: 'Die Liste enthält die ersten 1.000; das Protokoll enthält alle.',
    failed: 'Die Liste konnte nicht geladen werden.',
    page: (from, to) => `${count(from)} bis ${count(to)}`,
    before: 'Zurück',
    after: 'Weiter',
    pages: 'Seiten der Liste',
  },
  log: {
    title: 'Protokoll',
    label: 'Zeilen des Protokolls',
    search: 'Protokoll durchsuchen',
    clear: 'Suche leeren',
    level: 'Anzeigen',
    levels: { all: 'Alle', warning: 'Hinweise', error: 'Fehler' },
    levelOf: { info: 'Mitteilung', warning: 'Hinweis', error: 'Fehler' },
    loading: 'Wird geladen …',
    empty: 'Das Protokoll ist leer.',
    emptyLive: 'Noch steht hier nichts.',
    none: { warning: 'Es gibt keine Hinweise.', error: 'Es gibt keine Fehler.' },
    total: (n) => lines(n),
    follow: 'Mitlaufen',
    pause: 'Pause',
    following: 'Neue Zeilen erscheinen von selbst.',
    newLines: (n) => `${count(n)} neue ${n === 1 ? 'Zeile' : 'Zeilen'}`,
    toEnd: 'Zum Ende',
    failed: 'Das Gerät antwortet nicht. Das Protokoll wird von selbst wieder angefragt.',
    line: 'Zeile',
    lineOf: (n) => `Zeile ${count(n)}`,
    closeLine: 'Schließen',
    show: 'Im Protokoll zeigen',
    searching: (found, searched, all) =>
      `Suche läuft: ${count(found)} gefunden in ${count(searched)} von ${lines(all)}.`,
    found: (found, all) =>
      all === 1
        ? `${lines(found)} gefunden in der einen Zeile des Protokolls.`
        : `${lines(found)} gefunden in allen ${lines(all)}.`,
    foundSoFar: (found, all) => `${lines(found)} gefunden in den bisherigen ${lines(all)}.`,
    stopped: (found, searched, all) =>
      `Angehalten: ${count(found)} gefunden in den ersten ${count(searched)} von ${lines(all)}.`,
    capped: (found, searched, all) =>
      `Die ersten ${count(found)} werden gezeigt; ${count(searched)} von ${lines(all)} wurden durchsucht. Ein längerer Text findet weniger.`,
    onlyLevel: { warning: 'Nur Hinweise.', error: 'Nur Fehler.' },
    searchFailed: (searched) => `Das Gerät hat nicht geantwortet; ${lines(searched)} wurden durchsucht.`,
    stop: 'Anhalten',
    goOn: 'Weitersuchen',
    download: 'Als Text speichern',
    downloading: (share) => `Wird gespeichert … ${share}`,
    downloadFailed: 'Das Protokoll konnte nicht gespeichert werden. Bitte noch einmal versuchen.',
    fileName: (job, id) => `${job} Lauf ${id} Protokoll.txt`,
  },
  remove: {
    title: (when) => `Den Lauf vom ${when} löschen?`,
    goes: 'Das verschwindet',
    goesItems: ['sein Bericht und sein Protokoll', 'seine Liste nicht kopierter Dateien'],
    stays: 'Das bleibt',
    staysItems: ['jede Datei und jede Version am Ziel', 'eine Zeile der Statistik, für das Diagramm'],
    action: 'Lauf löschen',
    done: 'Der Lauf wurde gelöscht.',
  },
  history: {
    lead: 'Was wann lief, und wie es ausging.',
    filters: 'Welche Läufe',
    job: 'Sicherung',
    allJobs: 'Alle Sicherungen',
    unknownJob: (id) => `Sicherung ${id}, gelöscht`,
    outcome: 'Ergebnis',
    outcomes: {
      all: 'Alle',
      completed: 'Abgeschlossen',
      failed: 'Fehlgeschlagen oder unvollständig',
      cancelled: 'Angehalten',
      running: 'Läuft',
    },
    time: 'Zeit',
    times: {
      all: 'Jederzeit',
      day: 'Letzte 24 Stunden',
      week: 'Letzte 7 Tage',
      month: 'Letzte 30 Tage',
      quarter: 'Letzte 90 Tage',
      year: 'Letzte 365 Tage',
    },
    list: 'Läufe',
    today: 'Heute',
    yesterday: 'Gestern',
    newer: 'Neuere',
    older: 'Ältere',
    pages: 'Seiten des Verlaufs',
    page: (n) => `Seite ${count(n)}`,
    fresh: (n) => (n === 1 ? '1 neuen Lauf zeigen' : `${count(n)} neue Läufe zeigen`),
    emptyTitle: 'Noch ist nichts gelaufen',
    emptyText: 'Sobald eine Sicherung läuft, steht sie hier mit dem, was sie getan hat.',
    toJobs: 'Zu den Sicherungen',
    noneTitle: 'Kein Lauf passt',
    noneText: 'Auf keinen der noch aufbewahrten Läufe trifft alles zu. Ältere leben im Diagramm weiter.',
    showAll: 'Alle Läufe zeigen',
    failed: 'Der Verlauf konnte nicht geladen werden.',
  },
  chart: {
    title: 'Im Lauf der Zeit',
    copied: 'Kopiert',
    duration: 'Dauer',
    perDay: 'pro Tag',
    perWeek: 'pro Woche',
    describe: (runsDone, failed, size, from) =>
      `Seit ${from}: ${runCount(runsDone)}${failed > 0 ? `, davon ${count(failed)} nicht abgeschlossen` : ''}, ${bytes(size)} kopiert.`,
    at: (day, n, failed, size, seconds) =>
      n === 0
        ? `${day}: kein Lauf`
        : `${day}: ${runCount(n)}${failed > 0 ? `, ${count(failed)} nicht abgeschlossen` : ''}, ${bytes(size)} in ${duration(seconds)}`,
    hint: 'Zeigen Sie auf einen Balken, um seine Zahlen zu sehen.',
    week: (day) => `Woche ab ${day}`,
    mark: 'Ein Lauf wurde nicht abgeschlossen',
    asTable: 'Als Tabelle zeigen',
    hideTable: 'Tabelle ausblenden',
    day: 'Tag',
    weekColumn: 'Woche',
    runs: 'Läufe',
    notDone: 'Nicht abgeschlossen',
    none: 'In dieser Zeit ist kein Lauf zu Ende gegangen.',
    onlyDry: 'In dieser Zeit nur Probeläufe: Es wurde nichts kopiert.',
    failed: 'Das Diagramm konnte nicht geladen werden.',
    loading: 'Das Diagramm wird geladen …',
    pruned: 'Läufe, die gelöscht wurden, um Platz zu machen, zählen 400 Tage lang mit; Probeläufe zählen nicht.',
  },
};
