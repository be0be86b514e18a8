; The installer for Windows: the one-folder form, for every user of the PC.
;
;   makensis -DVERSION=0.1.0 -DDIST=/path/of/dist/windows packaging/installer.nsi
;
; DIST holds corsheet-folder, as PyInstaller made it, and takes corsheet-VERSION-setup.exe.
; Silent: setup.exe /S [/SERVICE] [/D=C:\folder]; uninstall.exe /S.
; The shop's own files (its workbook, settings, state folder) are never touched.

Unicode true
Target amd64-unicode
!ifdef QUICK  ; for tests: 17 MB take half a minute to pack well
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
RequestExecutionLevel admin
ManifestDPIAware true

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include x64.nsh

!define NAME "corsheet"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"

Name "${NAME} ${VERSION}"
OutFile "${DIST}\corsheet-${VERSION}-setup.exe"
InstallDir "$PROGRAMFILES64\${NAME}"
InstallDirRegKey HKLM "Software\${NAME}" "Folder"
BrandingText "${NAME} ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Serves an Excel workbook's customer orders to the till"
VIAddVersionKey "LegalCopyright" ""

!define MUI_COMPONENTSPAGE_SMALLDESC
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Swedish"

Var Shop        ; where the shop's workbook and settings are proposed to be
Var WasRunning  ; 0: the service ran before, and shall again

; Where the shop's files are: "Public Documents", that everybody may write.
!macro FindShop
  SetShellVarContext all
  SetRegView 64
  StrCpy $Shop "$DOCUMENTS\${NAME}"
!macroend

Function .onInit
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_ICONSTOP "${NAME} needs Windows 10 or newer." /SD IDOK
    Abort
  ${EndIf}
  !insertmacro FindShop
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/SERVICE" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection 1
  ${EndIf}
FunctionEnd

Function un.onInit
  !insertmacro FindShop
FunctionEnd

Section "!Program" Program
  SectionIn RO
  StrCpy $WasRunning 1
  ${If} ${FileExists} "$INSTDIR\corsheet.exe"  ; a running program's files cannot be replaced
    nsExec::ExecToLog '"$INSTDIR\corsheet.exe" service status'
    Pop $WasRunning
    nsExec::ExecToLog '"$INSTDIR\corsheet.exe" service stop'
    Pop $0
    RMDir /r "$INSTDIR\_internal"
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${DIST}\corsheet-folder\*"  ; backslashes: Windows takes no others here
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateDirectory "$Shop"
  CreateDirectory "$SMPROGRAMS\${NAME}"
  SetOutPath "$Shop"  ; where the shortcuts begin
  CreateShortcut "$SMPROGRAMS\${NAME}\1 Write workbook and settings.lnk" "$SYSDIR\cmd.exe" \
    '/k ""$INSTDIR\corsheet.exe" init "$Shop""'
  CreateShortcut "$SMPROGRAMS\${NAME}\2 Serve the orders.lnk" "$SYSDIR\cmd.exe" \
    '/k ""$INSTDIR\corsheet.exe" serve --config "$Shop\corsheet.toml""'
  CreateShortcut "$SMPROGRAMS\${NAME}\Check this PC.lnk" "$SYSDIR\cmd.exe" \
    '/k ""$INSTDIR\corsheet.exe" doctor --config "$Shop\corsheet.toml""'
  CreateShortcut "$SMPROGRAMS\${NAME}\The shop's folder.lnk" "$Shop"
  CreateShortcut "$SMPROGRAMS\${NAME}\Uninstall.lnk" "$INSTDIR\uninstall.exe"
  SetOutPath "$INSTDIR"

  WriteRegStr HKLM "Software\${NAME}" "Folder" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayIcon" "$INSTDIR\corsheet.exe"
  WriteRegStr HKLM "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKLM "${UNINSTALL}" "EstimatedSize" $0

  ${If} $WasRunning == 0
    nsExec::ExecToLog '"$INSTDIR\corsheet.exe" service start'
    Pop $0
  ${EndIf}
SectionEnd

Section /o "Start with the computer (Windows service)" Service
  ${IfNot} ${FileExists} "$Shop\corsheet.toml"
    ${If} ${Silent}
      nsExec::ExecToLog '"$INSTDIR\corsheet.exe" init "$Shop"'
      Pop $0
    ${Else}  ; in a window of its own: the password is shown only once
      ExecWait '"$SYSDIR\cmd.exe" /c ""$INSTDIR\corsheet.exe" init "$Shop" & pause"'
    ${EndIf}
  ${EndIf}
  nsExec::ExecToLog '"$INSTDIR\corsheet.exe" service install --config "$Shop\corsheet.toml"'
  Pop $0
  ${If} $0 != 0
    SetErrorLevel 2
    MessageBox MB_ICONEXCLAMATION "The program is installed, its service is not ($0). As \
      administrator, run:$\r$\n$\r$\n$\"$INSTDIR\corsheet.exe$\" service install --config \
      $\"$Shop\corsheet.toml$\"" /SD IDOK
  ${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${Program} "The program and its entries in the start menu."
  !insertmacro MUI_DESCRIPTION_TEXT ${Service} "Serves the orders whenever the PC runs, before \
    anybody logs on. Writes a workbook and settings first where there are none."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Section "Uninstall"
  nsExec::ExecToLog '"$INSTDIR\corsheet.exe" service uninstall'
  Pop $0
  ; only what was installed, by name: the folder may hold other files
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\corsheet.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}\1 Write workbook and settings.lnk"
  Delete "$SMPROGRAMS\${NAME}\2 Serve the orders.lnk"
  Delete "$SMPROGRAMS\${NAME}\Check this PC.lnk"
  Delete "$SMPROGRAMS\${NAME}\The shop's folder.lnk"
  Delete "$SMPROGRAMS\${NAME}\Uninstall.lnk"
  RMDir "$SMPROGRAMS\${NAME}"
  RMDir "$Shop"  ; where it is empty; else it is the shop's
  DeleteRegKey HKLM "${UNINSTALL}"
  DeleteRegKey HKLM "Software\${NAME}"
SectionEnd
