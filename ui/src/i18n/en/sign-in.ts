/** One of the steps to an app registration; `copy` is followed by the address to enter. */
export interface SignInStep {
  text: string;
  copy?: true;
}

const googleProject: SignInStep = {
  text: 'In the Google Cloud console make a project, and switch on the “Google Drive API” in it.',
};
const googleConsent: SignInStep = {
  text: 'Under “Google Auth Platform” fill in what it asks, and publish the app under “Audience”: while it is being tested, Google ends every sign-in after 7 days.',
};
const microsoftApp: SignInStep = {
  text: 'In Microsoft Entra, under “App registrations”, make a new registration. For a private OneDrive choose accounts in any organisation and personal Microsoft accounts.',
};
const microsoftWeb: SignInStep[] = [
  microsoftApp,
  { text: 'As redirect URI choose “Web” and enter exactly this address:', copy: true },
  {
    text: 'Under “Certificates & secrets” make a client secret and copy its value; the client ID is on the overview.',
  },
];

export const signIn = {
  service: { google_drive: 'Google', onedrive: 'Microsoft' },
  lead: {
    google_drive: 'You sign in with an app registration of your own, so nobody stands between this box and Google.',
    onedrive: 'You sign in with an app registration of your own, so nobody stands between this box and Microsoft.',
  },
  way: 'How to sign in',
  ways: {
    browser: { label: 'Sign in in this browser', note: 'A new tab opens, and comes back by itself.' },
    paste: {
      label: 'Sign in in this browser',
      note: 'A new tab opens. At the end you copy its address into this window.',
    },
    device: { label: 'Sign in on another device', note: 'You get a code and enter it on a phone or computer.' },
  },
  stepsTitle: 'Where the client ID comes from',
  steps: {
    google_drive: {
      browser: [
        googleProject,
        googleConsent,
        {
          text: 'Under “Clients” make a client of the type “Web application” with exactly this redirect address, then copy its ID and secret:',
          copy: true,
        },
      ] as SignInStep[],
      paste: [
        googleProject,
        googleConsent,
        { text: 'Under “Clients” make a client of the type “Desktop app”, then copy its ID and secret.' },
      ] as SignInStep[],
      device: [
        googleProject,
        googleConsent,
        {
          text: 'Under “Clients” make a client of the type “TVs and Limited Input devices”, then copy its ID and secret.',
        },
      ] as SignInStep[],
    },
    onedrive: {
      browser: microsoftWeb,
      paste: microsoftWeb,
      device: [
        microsoftApp,
        { text: 'Under “Authentication” allow public client flows.' },
        { text: 'Copy the application (client) ID from the overview. No secret is needed.' },
      ] as SignInStep[],
    },
  },
  link: { google_drive: 'Open console.cloud.google.com', onedrive: 'Open entra.microsoft.com' },
  limited:
    'Signed in this way, Google shows Dynamight only what Dynamight made itself: a folder you made before is not found.',
  redirect: 'Redirect address',
  clientId: 'Client ID',
  clientIdMissing: 'Enter the client ID of your app registration.',
  clientSecret: 'Client secret',
  clientSecretMissing: 'Enter the client secret of your app registration.',
  more: 'More settings',
  tenant: 'Tenant',
  tenantHint: 'Only for an app registration of one organisation: its domain or ID. Empty for all accounts.',
  submit: 'Sign in',
  busy: 'Signing in …',
  againTitle: (name: string) => `Sign in again: ${name}`,
  againLead:
    'The app registration that is stored is used again. Backups that use these credentials go on by themselves.',
  otherClient: 'Use another app registration',
  otherClientNote: 'For example because its secret has run out.',
  waiting: {
    title: (service: string) => `Sign in with ${service}`,
    browser: (service: string) =>
      `${service} has opened in a new tab. Sign in there and allow the access; this window notices by itself.`,
    paste: (service: string) =>
      `${service} has opened in a new tab. Sign in there and allow the access. Then the tab tells that a page could not be opened: that is as it should be. Copy the whole address out of its address bar and paste it here.`,
    pasted: 'Address of that tab',
    pastedMissing: 'Paste the whole address, with everything after the question mark.',
    pastedWrong: 'This is not the address that this sign-in ended at. Copy all of it, beginning with http://.',
    goOn: 'Continue',
    goingOn: 'Checking …',
    open: 'Open the tab again',
    device: 'Open this address on any device and enter the code:',
    code: 'Code',
    until: (when: string) => `The code is good until ${when}.`,
    redirectOther: 'This box is known by another address. This one must be entered as redirect address:',
    waits: 'Waiting for you to sign in …',
  },
  failed: 'The sign-in did not work.',
  gone: 'The box knows nothing of this sign-in any more. Start again.',
  said: (message: string): string => message,
  editNote: 'Only the name is changed here. The sign-in itself is renewed with “Sign in again” in the list.',
};
export type SignIn = typeof signIn;
