/** Words that tell, in a sentence around a credential's name, whether and where its value stands. Texts are latin1. */

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
/** Lower-cased as the words of a text are: its bytes taken for latin1. */
const words = (text: string): ReadonlySet<string> => new Set(latin1(text).toLowerCase().trim().split(/\s+/))

/** The next word is the value, or leads to it. */
export const LINK = words(`
  is was are be been now equals became becomes remains reads value type enter use try it's its being ist war lautet jetzt nun wird bleibt sind es era
  será son ahora est sera était maintenant é era foi são será agora è sono sarà ora jest to är on er ble je była było`)
/** Links after a verb of change only: `reset the password of bob to ...`, but `the password to Server42 ...`. */
export const LINK_AFTER_CHANGE = words('to as with auf zu in a en à para per do na til')
export const CHANGE =
  /(?:chang|hard-?coded|reset|rese|updat|rotat|switch|replac|renew|\bset|modif|cambi|ndert|gesetzt|mudad|alterad|reinici|zmienion)/i
/** Between a link and the value. */
export const STILL = words(
  'still now currently actually really just simply always also again probably noch immer toujours aún ancora',
)
/** What follows these was sent, not said. */
export const SENT = words('sent mailed emailed delivered forwarded assigned belongs requested link')
/** `... for user is bob42`: an identity, not a credential. */
export const IDENTITY = words(
  'user username account login id ids host hostname name email hash fingerprint checksum',
)

/** Words that take the value for themselves when they stand right after the name or right before a colon. */
export const TAKES = words(`
  user username users account login host hostname ip client request id ids session file key keys name url uri path error
  code reason status line version server service port email mail address type level node object device method
  algorithm resource tenant role group project region cluster namespace issue ticket kid image table column index cache
  topic benutzer usuario utilisateur usuário hash hashes digest checksum sha256 md5 fingerprint expires expiry
  expiration prefix suffix field policy length count check failed failure invalid expired rotation required
  hint strength manager store provider generator format found missing mismatch warning info debug authentication
  authorization exchange pair size algo range vault ring chain space board word words bucket audience issuer scope
  scopes endpoint refresh ttl stream position offset limit class kind ref reference protected less based
  arn engine holder owner lifetime history audience rotation validation verification lookup cached encrypted encoder hashing stored expected got near unexpected`)

/** What may stand between a credential's value and its name after it: `... is the password`, `..., an API key`. */
export const BEFORE_LINK = words(`
  is was are as be it's its for ist sind war als es era son como est sont était comme é são foi è sono come jest`)
/** Fills a gap between the value, a link and the name. */
export const BEFORE_FILL = words(`
  the a an my our your their his her this that it which he she they still now really also indeed work works worked used
  using serves served not valid invalid accepted recognized known rejected stored saved new old admin root temporary temp current correct right actual real default main same
  when asks asked prompts prompted
  das die der ein eine mein unser neue neues altes el la los las un una mi nuestra nueva le les ma notre votre il lo
  mia o os as minha nova de des du to`)
/** After a name whose value stood before it, the sentence ends or goes on with one of these. */
export const AFTER_NAME = words(`
  for of to on in at from and or but again that which until when if it with so then now please today yesterday für von zu
  para del en pour du sur di da per van voor`)
/** A name or an address of something follows these, not a credential. */
export const WHOSE = words(`
  for of user account host server box machine on at from with by db database cluster instance node vm service repo
  project team group tenant bot für von auf der pour de du des del da di para van voor`)
